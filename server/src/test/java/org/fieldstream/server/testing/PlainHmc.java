package org.fieldstream.server.testing;

import java.util.Random;

/**
 * Somebody's own HMC for phi^4 on an L x L lattice, in double: S = sum_x [(4 + m2) phi^2 - 2 sum_mu
 * phi_x phi_{x+mu} + lambda phi^4], leapfrog, unit mass.
 */
public final class PlainHmc {
  private final int extent;
  private final double m2;
  private final double lambda;
  private final Random random;

  /** A chain's algorithm with its own random numbers. */
  public PlainHmc(int extent, double m2, double lambda, long seed) {
    this.extent = extent;
    this.m2 = m2;
    this.lambda = lambda;
    random = new Random(seed);
  }

  /** A uniform in [0, 1). */
  public double uniform() {
    return random.nextDouble();
  }

  private int site(int row, int column) {
    return Math.floorMod(row, extent) * extent + Math.floorMod(column, extent);
  }

  /** S. */
  public double action(double[] phi) {
    double sum = 0;
    for (int x = 0; x < phi.length; x++) {
      int row = x / extent;
      int column = x % extent;
      double forward = phi[site(row + 1, column)] + phi[site(row, column + 1)];
      double square = phi[x] * phi[x];
      sum += (4 + m2) * square + lambda * square * square - 2 * phi[x] * forward;
    }
    return sum;
  }

  private void kick(double[] phi, double[] p, double step) {
    for (int x = 0; x < phi.length; x++) {
      int row = x / extent;
      int column = x % extent;
      double near =
          phi[site(row + 1, column)]
              + phi[site(row - 1, column)]
              + phi[site(row, column + 1)]
              + phi[site(row, column - 1)];
      p[x] -= step * (phi[x] * (2 * (4 + m2) + 4 * lambda * phi[x] * phi[x]) - 2 * near);
    }
  }

  /** The state after a trajectory; the argument is not modified. */
  public double[] trajectory(double[] phi, int steps, double length) {
    double[] next = phi.clone();
    double[] p = new double[phi.length];
    double before = action(phi);
    for (int x = 0; x < p.length; x++) {
      p[x] = random.nextGaussian();
      before += 0.5 * p[x] * p[x];
    }
    double step = length / steps;
    kick(next, p, step / 2);
    for (int k = 1; k <= steps; k++) {
      for (int x = 0; x < p.length; x++) {
        next[x] += step * p[x];
      }
      kick(next, p, k == steps ? step / 2 : step);
    }
    double after = action(next);
    for (double momentum : p) {
      after += 0.5 * momentum * momentum;
    }
    return Math.log(1 - random.nextDouble()) < before - after ? next : phi;
  }
}
