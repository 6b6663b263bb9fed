package org.fieldstream.server.session;

/**
 * Limits on what one stream may ask.
 *
 * @param maxMessageBytes largest message in bytes; a batch holds fewer configurations rather than
 *     exceed it
 * @param maxBatchSize largest batch size a request may name, in configurations
 * @param maxSites largest lattice, in sites
 * @param preferredMessageBytes size the server aims at when it chooses the batch size, in bytes
 * @param chainBytes memory that the Markov chains of all streams together may take, in bytes; the
 *     states of Metropolis chains on draws count where they are kept at levels of noise too
 */
public record SessionLimits(
    int maxMessageBytes,
    int maxBatchSize,
    int maxSites,
    int preferredMessageBytes,
    long chainBytes) {
  /** The limits a server has unless configured. */
  public static final SessionLimits DEFAULTS =
      new SessionLimits(16 << 20, 1 << 16, 1 << 24, 512 << 10, 256L << 20);

  public SessionLimits {
    requirePositive("maxMessageBytes", maxMessageBytes);
    requirePositive("maxBatchSize", maxBatchSize);
    requirePositive("maxSites", maxSites);
    requirePositive("preferredMessageBytes", preferredMessageBytes);
    requirePositive("chainBytes", chainBytes);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }
}
