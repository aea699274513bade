"""Every formula of the source documents, tried: as it is printed and as it should be.

A proof is a function without arguments that returns [Claim]. The Sources page runs it on a button, and a test asserts
that every Claim holds.
"""
from . import equations, mlp, notebook, post

PROOFS = {"deep": mlp.PROOFS, "relu16": post.PROOFS, "relu10": equations.PROOFS, "online": notebook.PROOFS}
