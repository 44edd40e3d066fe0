// Of the CLR's packing macros nf-interop uses none.
