"""A function of PyTorch's tensors, called with NumPy's arrays as well.

In a handout for PyTorch a student's functions take and return tensors. What is around them, the
numbers, the checks and the pictures, stays NumPy's. PyTorch is imported when the first function is
decorated.
"""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import numpy as np


def tensors(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of tensors be called with arrays, too: then it returns arrays.

    Called with a tensor it is the function itself. Called without one it is handed

    - a tensor for each array, in PyTorch's default type where its numbers are not whole. Where the
      type is the array's own the two share their memory: what changes one changes the other;
    - a tensor of no dimension for each number with a decimal point;
    - a function of tensors for each function of arrays;
    - everything else as it is: whole numbers, texts, None.

    The tensors that it returns, in tuples and lists too, become arrays.

    Raises:
        TypeError: when it is called with arrays, and returns one.
    """
    torch: Any = import_module("torch")

    def as_tensor(value: Any) -> Any:
        if isinstance(value, (np.ndarray, float)):
            tensor = torch.from_numpy(np.ascontiguousarray(value).reshape(np.shape(value)))
            return tensor.to(torch.get_default_dtype()) if tensor.is_floating_point() else tensor
        if type(value) in (tuple, list):
            return type(value)(as_tensor(one) if _is_array(one) else one for one in value)
        return of_tensors(value) if callable(value) else value

    def as_array(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return value.detach().cpu().numpy()[()]
        if type(value) in (tuple, list):
            return type(value)(map(as_array, value))
        return value

    def of_tensors(inner: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: as_tensor(inner(*map(as_array, given)))

    @wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        if any(isinstance(one, torch.Tensor) for one in (*given, *named.values())):
            return function(*given, **named)
        named = {name: as_tensor(one) for name, one in named.items()}
        value = function(*map(as_tensor, given), **named)
        for one in value if type(value) in (tuple, list) else (value,):
            if _is_array(one):
                raise TypeError(
                    f"{function.__name__} returned an array of NumPy. It must return a tensor of "
                    "PyTorch."
                )
        return as_array(value)

    return called


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray)
