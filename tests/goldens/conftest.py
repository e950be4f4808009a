"""What is here needs torch, optax, keras and others, which only `make goldens` installs."""

collect_ignore_glob = ["*.py"]
