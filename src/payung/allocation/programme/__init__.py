"""The linear and whole-number programmes behind a plan: columns, solver, bounds, and named people from them."""
