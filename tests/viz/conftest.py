"""What holds for every test of the app: Solara is imported with its telemetry off."""

from viz import offline

offline.configure()
