"""Who acts: the columns, rules and Mesa faces of clients, families, employers, members, groups and offices."""
