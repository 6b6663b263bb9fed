package org.fieldstream.server.training;

import java.util.ArrayList;
import java.util.List;

/** Writes down what a training tells. */
final class RecordedTraining implements TrainingListener {
  final List<Long> steps = new ArrayList<>();
  final List<Double> ess = new ArrayList<>();
  final List<Double> doublingErrors = new ArrayList<>();
  final List<String> rollBacks = new ArrayList<>();
  final List<Double> rateFactors = new ArrayList<>();
  final List<Long> resumed = new ArrayList<>();

  @Override
  public void step(long step, long total, double loss, double spread) {
    steps.add(step);
  }

  @Override
  public void evaluated(long step, double newEss, double acceptance) {
    ess.add(newEss);
  }

  @Override
  public void doubled(double error, double essAtTwice) {
    doublingErrors.add(error);
  }

  @Override
  public void rolledBack(long step, String why, double rateFactor) {
    rollBacks.add(why);
    rateFactors.add(rateFactor);
  }

  @Override
  public void resumed(long step, double bestEss) {
    resumed.add(step);
  }
}
