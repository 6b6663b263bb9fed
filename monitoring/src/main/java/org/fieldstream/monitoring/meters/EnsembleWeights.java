package org.fieldstream.monitoring.meters;

import org.fieldstream.monitoring.statistics.OnlineTail;
import org.fieldstream.monitoring.statistics.OnlineWeights;

/** Log weights of all streams of one ensemble (one target of one model). Thread-safe. */
final class EnsembleWeights {
  private final OnlineWeights weights = new OnlineWeights();
  private final OnlineTail tail = new OnlineTail();

  /** Adds a raw draw's log weight; NaN (unknown) and +Infinity are left out. */
  void add(double logWeight) {
    if (logWeight < Double.POSITIVE_INFINITY) {
      synchronized (this) {
        weights.add(logWeight);
        tail.add(logWeight);
      }
    }
  }

  synchronized double essRatio() {
    return weights.essRatio();
  }

  synchronized double logWeightVariance() {
    return weights.logWeightVariance();
  }

  synchronized double paretoK() {
    return tail.kHat();
  }

  synchronized long draws() {
    return weights.count();
  }
}
