package org.fieldstream.kernels.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Multiply-adds of vector registers on some threads, which touch no memory: what the host's cores
 * give at the moment, whatever a program does.
 */
final class MultiplyAdds implements AutoCloseable {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Of eight independent chains each: two units of latency four stay busy. */
  private static final int ROUNDS = 1 << 16;

  private static final int CHAINS = 8;

  private final int threads;
  private final ExecutorService workers;

  MultiplyAdds(int threads) {
    this.threads = threads;
    workers = Executors.newFixedThreadPool(threads);
  }

  /** GFLOP/s of all threads together, for a time in seconds. */
  double rate(double seconds) {
    List<Future<Double>> parts = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      float start = t;
      parts.add(workers.submit(() -> one(start, seconds)));
    }
    double sum = 0;
    try {
      for (Future<Double> part : parts) {
        sum += part.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return sum;
  }

  private static double one(float value, double seconds) {
    long start = System.nanoTime();
    long rounds = 0;
    double spent;
    do {
      value = chains(value);
      rounds += ROUNDS;
      spent = 1e-9 * (System.nanoTime() - start);
    } while (spent < seconds);
    if (Float.isNaN(value)) { // uses the value, or the loop would be taken out
      throw new IllegalStateException("not a number");
    }
    return 2e-9 * rounds * CHAINS * SPECIES.length() / spent;
  }

  private static float chains(float value) {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector a = FloatVector.broadcast(SPECIES, value);
    FloatVector b = a.add(1);
    FloatVector c = a.add(2);
    FloatVector d = a.add(3);
    FloatVector e = a.add(4);
    FloatVector f = a.add(5);
    FloatVector g = a.add(6);
    FloatVector h = a.add(7);
    for (int i = 0; i < ROUNDS; i++) {
      a = a.fma(x, x);
      b = b.fma(x, x);
      c = c.fma(x, x);
      d = d.fma(x, x);
      e = e.fma(x, x);
      f = f.fma(x, x);
      g = g.fma(x, x);
      h = h.fma(x, x);
    }
    return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).lane(0);
  }

  @Override
  public void close() {
    workers.shutdown();
  }
}
