"""Pages of deaths, accidents and cases."""
