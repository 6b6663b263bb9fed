package org.fieldstream.server.testing;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.random.Philox;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * Independent standard normals: a function of (seed, index) and of nothing else. Counts its draws,
 * and can be told to wait for permission or to fail.
 */
public final class GaussianDraws implements Model.Draws {
  private final String id;
  private final Target target;
  private final int lanes;
  private final AtomicLong draws = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private volatile @Nullable Semaphore gate;
  private volatile @Nullable RuntimeException failure;
  private volatile Set<Exactness> exactness =
      EnumSet.of(Exactness.METROPOLIS, Exactness.REWEIGHT, Exactness.RAW);
  private volatile String digest = "ab".repeat(32);

  /**
   * A model.
   *
   * @param extents its lattice
   * @param lanes lanes of a device batch
   */
  public GaussianDraws(String id, List<Integer> extents, double g, int lanes) {
    this.id = id;
    this.target = new Target("gauss", extents, Map.of("g", g));
    this.lanes = lanes;
  }

  /** Draws made so far. */
  public long draws() {
    return draws.get();
  }

  /** Device batches made so far. */
  public int calls() {
    return calls.get();
  }

  /** Sources open now. */
  public int open() {
    return open.get();
  }

  /** From now on every device batch takes a permit; null lets them pass. */
  public void gate(@Nullable Semaphore permits) {
    gate = permits;
  }

  /** From now on every device batch fails; null heals. */
  public void failWith(@Nullable RuntimeException exception) {
    failure = exception;
  }

  /** What it can give. */
  public void offer(Set<Exactness> kinds) {
    exactness = kinds;
  }

  /** Another version of the model. */
  public void digest(String hex) {
    digest = hex;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String generator() {
    return "gaussian";
  }

  @Override
  public String digest() {
    return digest;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public Set<Exactness> exactness() {
    return exactness;
  }

  @Override
  public Map<String, String> facts() {
    return Map.of("ess_fraction", "0.5", "sample_count", "1000", "made_by", "the tests");
  }

  @Override
  public Target resolve(@Nullable Target requested) {
    if (requested == null) {
      return target;
    }
    if (!requested.theory().equals(target.theory())) {
      throw new BadTargetException("theory", requested.theory() + " (expected: gauss)");
    }
    if (!requested.extents().equals(target.extents())) {
      throw new BadTargetException(
          "extents", requested.extents() + " (expected: " + target.extents() + ")");
    }
    return target;
  }

  @Override
  public DrawSource open(Target resolved, Machine machine) {
    open.incrementAndGet();
    GaussTheory theory = (GaussTheory) GaussTheory.CATALOG.of(resolved);
    return new DrawSource() {
      @Override
      public FieldShape shape() {
        return new FieldShape(1, resolved.extents());
      }

      @Override
      public int preferredLanes() {
        return lanes;
      }

      @Override
      public DrawBatch draw(long[] seeds, long[] indices, int count) {
        Semaphore permits = gate;
        if (permits != null) {
          permits.acquireUninterruptibly();
        }
        RuntimeException fail = failure;
        if (fail != null) {
          throw fail;
        }
        calls.incrementAndGet();
        int size = theory.sites();
        float[] fields = new float[count * size];
        double[] action = new double[count];
        double[] logDensity = new double[count];
        for (int lane = 0; lane < count; lane++) {
          normals(seeds[lane], indices[lane], fields, lane * size, size);
          double square = 0;
          for (int x = lane * size; x < (lane + 1) * size; x++) {
            square += (double) fields[x] * fields[x];
          }
          action[lane] = theory.action(fields, lane * size);
          logDensity[lane] = -square / 2 - size * Math.log(2 * Math.PI) / 2;
        }
        draws.addAndGet(count);
        return new DrawBatch(count, fields, action, logDensity);
      }

      @Override
      public void close() {
        open.decrementAndGet();
      }
    };
  }

  /** Box-Muller on Philox. */
  static void normals(long seed, long index, float[] into, int offset, int size) {
    int[] words = new int[4];
    for (int x = 0; x < size; x += 2) {
      Philox.block(x, 0, index, seed, words);
      double radius = Math.sqrt(-2 * StrictMath.log(Philox.uniform(words[0])));
      double angle = 2 * Math.PI * Philox.uniform(words[1]);
      into[offset + x] = (float) (radius * StrictMath.cos(angle));
      if (x + 1 < size) {
        into[offset + x + 1] = (float) (radius * StrictMath.sin(angle));
      }
    }
  }
}
