package org.fieldstream.monitoring.meters;

/**
 * Statistics of proposals that an external code judges. The verdicts may come later than the
 * proposals, and not for all. Thread-safe.
 */
public final class ProposalStatistics {
  private final ModelMeters model;
  private final EnsembleWeights weights;

  ProposalStatistics(ModelMeters model, EnsembleWeights weights) {
    this.model = model;
    this.weights = weights;
  }

  /**
   * A proposal was sent.
   *
   * @param logWeight its -S - log q; NaN if unknown
   */
  public void proposal(double logWeight) {
    weights.add(logWeight);
  }

  /**
   * Verdicts came back.
   *
   * @param proposed number of proposals judged, at least 0
   * @param accepted how many of them were accepted, 0 to {@code proposed}
   */
  public void verdicts(long proposed, long accepted) {
    if (accepted < 0 || accepted > proposed) {
      throw new IllegalArgumentException(
          "accepted: " + accepted + " (expected: 0 to " + proposed + ", the number proposed)");
    }
    model.countVerdicts(proposed, accepted);
  }
}
