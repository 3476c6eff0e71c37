"""A logger of snakemake with one line for each finished job: progress, time left, rule, study and source.

`workflow/run.py` selects it (`--logger rnncompare`). Warnings and errors are shown as by snakemake's own logger; all
other messages are omitted. With `--verbose`, or in a dry run, snakemake's own logger is used.
"""

import logging
import sys
import time

from snakemake.logging import DefaultFormatter
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

SHOWN = ("Nothing to be done",)  # beginnings of messages that are shown although they are no warnings
ERRORS = (LogEvent.JOB_ERROR, LogEvent.GROUP_ERROR, LogEvent.ERROR)
FEWEST = 5  # finished jobs from which the time left is estimated
MINUTE = 60  # s


class LogHandler(LogHandlerBase):
    """Writes to stderr, as snakemake's own logger does."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        self.jobs: dict[int, str] = {}  # what each job is about
        self.ended: list[int] = []  # jobs whose line is not written yet
        self.begin = time.monotonic()
        self.setFormatter(DefaultFormatter(set(), self.common_settings.show_failed_logs))

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_INFO:
            self.jobs[record.jobid] = label(record.rule_name, dict(record.wildcards or {}))
        elif event == LogEvent.JOB_FINISHED:
            self.ended.append(record.job_id)
        elif event == LogEvent.PROGRESS:
            self.progress(record.done, record.total)
        elif event in ERRORS or record.levelno >= logging.WARNING or str(record.msg).startswith(SHOWN):
            self.write(self.format(record))

    def progress(self, done: int, total: int) -> None:
        """Write a line for each job that has ended since the last one."""
        passed = time.monotonic() - self.begin
        left = f", about {duration(passed * (total - done) / done)} left" if FEWEST <= done < total else ""
        for job in self.ended:
            self.write(f"[{done} of {total}{left}] {self.jobs.get(job, 'job')}")
        self.ended.clear()

    def write(self, text: str | None) -> None:
        if text:
            print(text, file=sys.stderr, flush=True)


def label(rule: str, wildcards: dict[str, str]) -> str:
    """'train: demo, regularized, 0' for the rule train_demo-regularized, or for wildcards of these values."""
    if "-" in rule:  # rules of a model of a study, whose names are part of the rule's
        rule, _, source = rule.partition("_")
        named = source.split("-")
    else:
        named = []
    values = [*named, *(wildcards[name] for name in ("study", *wildcards) if name in wildcards)]
    return f"{rule}: {', '.join(dict.fromkeys(values))}" if values else rule


def duration(seconds: float) -> str:
    """A duration in seconds, minutes or hours."""
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    minutes = seconds / MINUTE
    return f"{minutes:.0f} min" if minutes < MINUTE else f"{minutes / MINUTE:.1f} h"
