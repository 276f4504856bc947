"""How commands are decided: each module is one idea, all pure."""
