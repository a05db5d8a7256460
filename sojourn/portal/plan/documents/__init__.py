"""Files that a student takes along from the plan."""
