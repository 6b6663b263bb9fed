package org.fieldstream.server.cli;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.fieldstream.server.training.TrainingListener;
import org.jspecify.annotations.Nullable;

/** Shows a training: a progress bar on a terminal, a line for each evaluation everywhere. */
final class TrainingDisplay implements TrainingListener, AutoCloseable {
  private final PrintWriter out;
  private final @Nullable ProgressBar bar;
  private double ess = Double.NaN;
  private double acceptance = Double.NaN;
  private double loss = Double.NaN;
  private String doubling = "";

  TrainingDisplay(PrintWriter out, String id, long steps) {
    this.out = out;
    bar =
        System.console() == null
            ? null
            : new ProgressBarBuilder()
                .setTaskName(id)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .build();
  }

  void start(int parameters, String machine) {
    line(String.format(Locale.ROOT, "%d trained values, on %s", parameters, machine));
  }

  private void line(String text) {
    out.println(text);
    out.flush();
  }

  @Override
  public void step(long step, long steps, double mean, double spread) {
    loss = mean;
    if (bar != null) {
      bar.stepTo(step);
      bar.setExtraMessage(
          String.format(
              Locale.ROOT, "loss %.4f +- %.2f  ESS %.3f  acc %.3f", mean, spread, ess, acceptance));
    }
  }

  @Override
  public void evaluated(long step, double newEss, double newAcceptance) {
    ess = newEss;
    acceptance = newAcceptance;
    line(
        String.format(
            Locale.ROOT,
            "step %6d  loss %10.4f  ESS/N %.4f  acceptance %.4f%s",
            step,
            loss,
            ess,
            acceptance,
            doubling));
  }

  @Override
  public void doubled(double error, double essAtTwice) {
    doubling =
        String.format(
            Locale.ROOT,
            "  at twice the steps: ESS/N %.4f, log q moves by %.2g",
            essAtTwice,
            error);
  }

  @Override
  public void rolledBack(long step, String why, double rateFactor) {
    line(
        String.format(
            Locale.ROOT, "rolled back to step %d: %s; rate times %.3g", step, why, rateFactor));
  }

  @Override
  public void resumed(long step, double bestEss) {
    line(
        String.format(Locale.ROOT, "going on from step %d, best ESS/N so far %.4f", step, bestEss));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
