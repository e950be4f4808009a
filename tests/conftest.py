from hypothesis import HealthCheck, settings

# The same examples in every run, and none judged by its time.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")
