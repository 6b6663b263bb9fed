package org.fieldstream.server.certify;

import org.fieldstream.server.ensemble.Configurations;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleReader;

/** Configurations of a stored ensemble: all of them, or every k-th. */
public final class StoredConfigurations implements ConfigurationSource {
  private final Ensemble ensemble;
  private final EnsembleReader reader;
  private final int stride;
  private int next;

  /**
   * Of an ensemble.
   *
   * @param most how many at most; evenly chosen where the ensemble has more
   */
  public StoredConfigurations(Ensemble ensemble, int most) {
    this.ensemble = ensemble;
    this.reader = ensemble.read();
    this.stride = Math.max(1, (ensemble.size() + most - 1) / most);
  }

  @Override
  public int planned() {
    return (ensemble.size() + stride - 1) / stride;
  }

  @Override
  public Part next(int most) {
    int left = (ensemble.size() - next + stride - 1) / stride;
    int count = Math.min(most, left);
    int size = ensemble.valuesPerConfiguration();
    float[] fields = new float[count * size];
    int[] replica = new int[count];
    long[] time = new long[count];
    double[] logWeight = new double[count];
    for (int i = 0; i < count; ) {
      reader.seek(next);
      Configurations some = reader.next(stride == 1 ? count : 1);
      System.arraycopy(some.floats(), 0, fields, i * size, some.count() * size);
      for (int c = 0; c < some.count(); c++, i++, next += stride) {
        replica[i] = ensemble.replica(next);
        time[i] = ensemble.id(next);
        logWeight[i] = ensemble.logWeight(next);
      }
    }
    return new Part(count, fields, replica, time, logWeight);
  }

  @Override
  public boolean isOver() {
    return next >= ensemble.size();
  }

  @Override
  public void close() {
    reader.close();
  }
}
