"""Our own pixel and links: what visitors of them did, reported in the same way as by any provider."""
