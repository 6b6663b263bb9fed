package org.fieldstream.server.verify;

/** Configurations, already measured, that stand for exp(-S). */
interface Sample {
  /** A quantity of the ensemble. */
  Measured estimate(Quantity quantity);
}
