"""From the protocol to worlds and conduct."""
