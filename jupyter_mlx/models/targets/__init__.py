"""Where models are deployed to, behind one port."""
