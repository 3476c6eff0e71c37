"""Controls, one per file: activities without a network, such as kinematics or a ring of directions."""
