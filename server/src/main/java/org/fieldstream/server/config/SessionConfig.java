package org.fieldstream.server.config;

import org.fieldstream.server.session.DirectMemory;

/**
 * What streams may take.
 *
 * @param bytesPerSubscription bytes a subscription may hold for a client that does not read, at
 *     least 64 KiB; one message is always allowed
 * @param bytesTotal bytes all subscriptions together may hold; 0 takes a quarter of the Java heap's
 *     bound, or of {@code -XX:MaxDirectMemorySize} where that is less: field values of messages lie
 *     outside the heap
 * @param maxSubscriptions subscriptions at a time, at least 1
 * @param maxBatchSize largest batch size a request may name, in configurations, at least 1
 * @param maxSites largest lattice, in sites, at least 2
 * @param preferredMessageBytes message size aimed at when the server chooses the batch size, in
 *     bytes, at least 1 KiB
 * @param chainBytes memory that the Markov chains of all streams together may take, states kept at
 *     levels of noise included, in bytes; 0 takes a quarter of the Java heap
 */
public record SessionConfig(
    long bytesPerSubscription,
    long bytesTotal,
    int maxSubscriptions,
    int maxBatchSize,
    int maxSites,
    int preferredMessageBytes,
    long chainBytes) {
  /** Unless configured. */
  public static final SessionConfig DEFAULTS =
      new SessionConfig(8 << 20, 0, 1024, 1 << 16, 1 << 24, 512 << 10, 0);

  public SessionConfig {
    Check.range("session.bytesPerSubscription", bytesPerSubscription, 64 << 10, 1L << 40);
    Check.range("session.bytesTotal", bytesTotal, 0, 1L << 50);
    Check.that(
        bytesTotal == 0 || bytesTotal >= bytesPerSubscription,
        "session.bytesTotal",
        bytesTotal,
        "0, or at least session.bytesPerSubscription");
    Check.range("session.maxSubscriptions", maxSubscriptions, 1, 1_000_000);
    Check.range("session.maxBatchSize", maxBatchSize, 1, 1 << 24);
    Check.range("session.maxSites", maxSites, 2, 1 << 28);
    Check.range("session.preferredMessageBytes", preferredMessageBytes, 1 << 10, 1 << 28);
    Check.range("session.chainBytes", chainBytes, 0, 1L << 50);
  }

  /** {@code bytesTotal}, with 0 resolved. */
  public long effectiveBytesTotal() {
    return bytesTotal > 0
        ? bytesTotal
        : Math.max(
            bytesPerSubscription,
            Math.min(Runtime.getRuntime().maxMemory(), DirectMemory.limit()) / 4);
  }

  /** {@code chainBytes}, with 0 resolved. */
  public long effectiveChainBytes() {
    return chainBytes > 0 ? chainBytes : Runtime.getRuntime().maxMemory() / 4;
  }
}
