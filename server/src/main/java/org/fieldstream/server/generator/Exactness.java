package org.fieldstream.server.generator;

/** How a stream relates to exp(-S); the names are those of the API. */
public enum Exactness {
  /** Independence Metropolis-Hastings on exact log q, or a Markov chain that is exact itself. */
  METROPOLIS,
  /** Raw draws with log weights {@code -S - log q}. */
  REWEIGHT,
  /** Draws as they are, labelled so. */
  RAW,
  /** Metropolis-adjusted Langevin (MALA). */
  LANGEVIN_ADJUSTED
}
