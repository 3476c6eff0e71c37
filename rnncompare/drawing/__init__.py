"""What figures share: panels, rows, colours, names of axes, legends and the styles of journals."""
