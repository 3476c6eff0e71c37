"""Check the composed figures of a study: their names, panels and layouts."""

from rnncompare import plugins
from rnncompare.options.mosaic import places
from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Study
from rnncompare.study.member_checks import check_known


def check_composed(study: Study, where: str) -> None:
    """Raise BadOption for an unknown panel, one that occurs twice, a layout that does not fit, or a name in use."""
    members = plugins.available("figures")
    for name, figure in study.composed.items():
        here = f"{where}.composed.{name}"
        if name in members:
            raise BadOption(f"{here}: found the name of a figure, wanted another one, such as figure_1")
        for panel in figure.panels:
            check_known(panel, members, f"{here}.panels", "figure")
        twice = sorted({panel for panel in figure.panels if figure.panels.count(panel) > 1})
        if twice:
            raise BadOption(f"{here}.panels: found {', '.join(twice)} twice, wanted each panel once")
        try:
            places(figure.layout, len(figure.panels))
        except ValueError as error:
            raise BadOption(f"{here}.layout: {error}") from None
