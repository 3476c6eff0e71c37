"""Files that are written completely or not at all, with checksums; downloads; refusal of unsafe files; YAML."""
