"""What figures share: panels, rows, colours and the style."""
