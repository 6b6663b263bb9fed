package org.fieldstream.monitoring.statistics;

/** Series cut into equal bins. */
final class Bins {
  private Bins() {}

  /**
   * Means over equal bins; values left over at the end are not used.
   *
   * @param bins how many
   * @param observables {@code [observable][i]}; checked, not modified
   * @return {@code [observable][bin]}
   */
  static double[][] means(int bins, double[][] observables) {
    Require.sameLengths("observables", observables);
    int length = observables[0].length / bins;
    double[][] means = new double[observables.length][bins];
    for (int a = 0; a < observables.length; a++) {
      Require.series("observables[" + a + "]", observables[a], bins);
      // About the first value, so that constant series stay so without rounding.
      double origin = observables[a][0];
      for (int j = 0; j < bins; j++) {
        double sum = 0;
        for (int i = j * length; i < (j + 1) * length; i++) {
          sum += observables[a][i] - origin;
        }
        means[a][j] = origin + sum / length;
      }
    }
    return means;
  }
}
