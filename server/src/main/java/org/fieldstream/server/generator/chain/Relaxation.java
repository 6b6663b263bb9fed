package org.fieldstream.server.generator.chain;

import java.util.Arrays;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;

/**
 * Decides when chains have forgotten their start. They have, when for a slow observable of the
 * theory, such as |m|, and S alike
 *
 * <ul>
 *   <li>the run is at least {@value #LENGTH} integrated autocorrelation times long, measured over
 *       its second half with all chains as replicas, and
 *   <li>its second quarter and its second half agree within {@value #SIGMAS} sigma.
 * </ul>
 *
 * It looks whenever the run has doubled. Long runs are kept as block averages, so memory is
 * bounded.
 */
final class Relaxation {
  static final int LENGTH = 20;
  static final double SIGMAS = 3;

  /** First look, in trajectories. */
  private static final int FIRST = 128;

  /** Entries kept of each chain; a power of two. */
  private static final int CAPACITY = 1024;

  private final int chains;

  /** {@code [observable][chain][block]}. */
  private final double[][][] series;

  private final double[][] block;
  private int blockLength = 1;
  private int inBlock;
  private int blocks;
  private long length;
  private long next = FIRST;
  private double tauInt = Double.NaN;

  Relaxation(int chains) {
    this.chains = chains;
    series = new double[2][chains][CAPACITY];
    block = new double[2][chains];
  }

  /**
   * Takes one trajectory's states.
   *
   * @param slow slow observable of each chain; not modified
   * @param action S of each chain; not modified
   */
  void add(double[] slow, double[] action) {
    for (int c = 0; c < chains; c++) {
      block[0][c] += slow[c];
      block[1][c] += action[c];
    }
    length++;
    if (++inBlock == blockLength) {
      for (int o = 0; o < 2; o++) {
        for (int c = 0; c < chains; c++) {
          series[o][c][blocks] = block[o][c] / blockLength;
          block[o][c] = 0;
        }
      }
      inBlock = 0;
      if (++blocks == CAPACITY) {
        halve();
      }
    }
  }

  private void halve() {
    for (double[][] observable : series) {
      for (double[] chain : observable) {
        for (int i = 0; i < CAPACITY / 2; i++) {
          chain[i] = (chain[2 * i] + chain[2 * i + 1]) / 2;
        }
      }
    }
    blocks = CAPACITY / 2;
    blockLength *= 2;
  }

  /** Whether the chains have relaxed; false between looks. */
  boolean isOver() {
    if (length < next) {
      return false;
    }
    next *= 2;
    tauInt = 0.5;
    boolean agree = true;
    for (double[][] observable : series) {
      Estimate quarter = estimate(observable, blocks / 4, blocks / 2);
      Estimate half = estimate(observable, blocks / 2, blocks);
      tauInt = Math.max(tauInt, half.tauInt() * blockLength);
      agree &= Math.abs(half.sigmasFrom(quarter.mean(), quarter.error())) < SIGMAS;
    }
    return agree && length >= LENGTH * tauInt;
  }

  private static Estimate estimate(double[][] observable, int from, int to) {
    double[][] replicas = new double[observable.length][];
    for (int c = 0; c < replicas.length; c++) {
      replicas[c] = Arrays.copyOfRange(observable[c], from, to);
    }
    return new GammaMethod().mean(replicas);
  }

  /** Trajectories seen. */
  long length() {
    return length;
  }

  /**
   * The larger of tau_int of the slow observable and tau_int(S) at the last look, in trajectories.
   */
  double tauInt() {
    return tauInt;
  }
}
