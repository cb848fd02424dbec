# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
import os
from collections import OrderedDict
cdef class Point:
    cdef public double x
    cdef object items
    def __init__(self, x, items=None): self.x = x; self.items = items
    def __getitem__(self, i): return self.items[i]
    cpdef double norm(self) except? -1: return self.x ** 2
def total(list values, int start=0, *args, **kwargs):
    cdef int i
    for i in range(len(values)): start += values[i]
    try: return {k: v for k, v in kwargs.items()}
    except (KeyError, ValueError) as e: raise RuntimeError(f"{e!r}") from e
    finally: os.getcwd()
def gen(x):
    for i in x: yield i
def view(double[:, :] a): return a[0, 0] + a.shape[0]
