"""What is carried into the sandbox: the worker, and stand-ins for what only draws."""
