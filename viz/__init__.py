"""What people see: the browser app. Nothing imports this package; its numbers come from `experiments`."""
