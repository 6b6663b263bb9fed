package org.fieldstream.server.training;

/** Sees a training happen. Called on the training thread. */
public interface TrainingListener {
  /**
   * After a step: running mean of the loss {@code <S + log q>} and the spread of the last batch.
   */
  void step(long step, long steps, double loss, double spread);

  /** After an evaluation over whole samples. */
  void evaluated(long step, double ess, double acceptance);

  /**
   * After an evaluation of an ODE flow: RMS change of log q under step doubling, and the ESS at
   * twice the steps.
   */
  void doubled(double error, double ess);

  /** Values went wrong and were taken back. */
  void rolledBack(long step, String why, double rateFactor);

  /** A checkpoint was found. */
  void resumed(long step, double bestEss);
}
