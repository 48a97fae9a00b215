"""How instruments talk: message grammars and status models, without any instrument."""
