package org.fieldstream.monitoring.statistics;

/**
 * Autocorrelations of series of which measurements are missing; see {@link
 * GammaMethod#meanOfIrregular}. With S(t) the sum and P(t) the number of pairs that are there, N
 * measurements at T places,
 *
 * <pre>
 * Gamma(t) = S(t) / P(t)                                        chooses the window
 * C(W)     = Gamma(0) + 2 sum_{t=1}^{W} S(t) / (N (1 - t / T))   makes the error
 * </pre>
 *
 * The two are the same, eqs. 31 and 35 of hep-lat/0306017, where N = T.
 */
final class IrregularGamma {
  /** Deviations {@code [replica][place]}; 0 where nothing is. */
  private final double[][] deviations;

  private final boolean[][] there;
  private final double mean;
  private final long n;
  private final int shortest;

  IrregularGamma(long[][] ids, double[][] values, double mean) {
    this.mean = mean;
    if (ids.length != values.length) {
      throw new IllegalArgumentException(
          "ids: " + ids.length + " replicas (expected: " + values.length + ", as in values)");
    }
    deviations = new double[values.length][];
    there = new boolean[values.length][];
    long count = 0;
    int fewest = Integer.MAX_VALUE;
    for (int r = 0; r < values.length; r++) {
      if (ids[r].length != values[r].length) {
        throw new IllegalArgumentException(
            String.format(
                "ids[%d]: %d (expected: %d, one for each value)",
                r, ids[r].length, values[r].length));
      }
      long[] places = ConfigurationIds.places(ids[r]);
      int length = Math.toIntExact(places[places.length - 1] + 1);
      deviations[r] = new double[length];
      there[r] = new boolean[length];
      for (int i = 0; i < places.length; i++) {
        deviations[r][(int) places[i]] = values[r][i] - mean;
        there[r][(int) places[i]] = true;
      }
      count += places.length;
      fewest = Math.min(fewest, length);
    }
    n = count;
    shortest = fewest;
  }

  Estimate estimate(double s) {
    double gamma0 = products(0) / n;
    int window =
        AutomaticWindow.find(
                s,
                gamma0,
                lag -> lag + 1,
                lag -> {
                  long pairs = pairs((int) lag);
                  return pairs == 0 ? 0 : products((int) lag) / pairs;
                },
                shortest / 2,
                n)
            .window();
    double sum = gamma0;
    double partners = 1;
    for (int lag = 1; lag <= window; lag++) {
      double full = fullPairs(lag);
      sum += 2 * products(lag) / full;
      partners += 2 * pairs(lag) / full;
    }
    if (!(sum > 0)) {
      sum = gamma0;
      partners = 1;
      window = 0;
    }
    // Eq. 49: every pair that is there is low by C / N.
    double bias = sum / n;
    double corrected = sum + partners * bias;
    double tauInt = corrected / (2 * (gamma0 + bias));
    double tauIntError = tauInt * Math.sqrt(4 * Math.max(0, window + 0.5 - tauInt) / n);
    return new Estimate(mean, Math.sqrt(corrected / n), tauInt, tauIntError, window, n);
  }

  /** S(t). */
  private double products(int lag) {
    double sum = 0;
    for (double[] delta : deviations) {
      for (int i = 0; i + lag < delta.length; i++) {
        sum += delta[i] * delta[i + lag];
      }
    }
    return sum;
  }

  /** P(t). */
  private long pairs(int lag) {
    long pairs = 0;
    for (boolean[] is : there) {
      for (int i = 0; i + lag < is.length; i++) {
        pairs += is[i] && is[i + lag] ? 1 : 0;
      }
    }
    return pairs;
  }

  /** N (1 - t / T), summed over replicas: N - t without gaps. */
  private double fullPairs(int lag) {
    double pairs = 0;
    for (boolean[] is : there) {
      int present = 0;
      for (boolean here : is) {
        present += here ? 1 : 0;
      }
      pairs += present - (double) present * lag / is.length;
    }
    return pairs;
  }
}
