"""Pages on which a finding is made, answered and concluded."""
