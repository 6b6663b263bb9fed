package org.fieldstream.server.testing;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.DensitySource;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * Independent uniforms in (-2, 2): cheap, and a function of (seed, index) and of nothing else.
 * Counts its draws, and can be told to wait for permission or to fail.
 */
public final class UniformDraws implements Model.Draws {
  private final String id;
  private final Target target;
  private final int lanes;
  private final AtomicLong draws = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final Queue<WeakReference<float[]>> batches = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Semaphore gate;
  private volatile @Nullable RuntimeException failure;
  private volatile @Nullable RuntimeException densityFailure;
  private volatile Set<Exactness> exactness =
      EnumSet.of(Exactness.METROPOLIS, Exactness.REWEIGHT, Exactness.RAW);
  private volatile boolean evaluable = true;
  private volatile BooleanSupplier whole = () -> true;
  private volatile boolean begun;
  private volatile double[] sigmas = {};
  private volatile String digest = "ab".repeat(32);

  /**
   * A model.
   *
   * @param extents its lattice
   * @param lanes lanes of a device batch
   */
  public UniformDraws(String id, List<Integer> extents, double g, int lanes) {
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

  /** Device batches that somebody still refers to. */
  public long alive() {
    return batches.stream().filter(batch -> batch.get() != null).count();
  }

  /** Sources open now. */
  public int open() {
    return open.get();
  }

  /** From now on every device batch takes a permit; null lets them pass. */
  public void gate(@Nullable Semaphore permits) {
    gate = permits;
  }

  /** Whether part of a device batch is done and kept. */
  public boolean isBegun() {
    return begun;
  }

  /** From now on a device batch is whole when this says so, once a turn. */
  public void whole(BooleanSupplier whether) {
    whole = whether;
  }

  /** From now on every device batch fails; null heals. */
  public void failWith(@Nullable RuntimeException exception) {
    failure = exception;
  }

  /** From now on every evaluation of log q fails; null heals. */
  public void failDensity(@Nullable RuntimeException exception) {
    densityFailure = exception;
  }

  /** What it can give. */
  public void offer(Set<Exactness> kinds) {
    exactness = kinds;
  }

  /** Whether log q of any given field is known. */
  public void evaluable(boolean known) {
    evaluable = known;
  }

  /** Its draws can be seen with noise of these strengths, from most to 0. */
  public void noise(double... strengths) {
    sigmas = strengths;
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
    return "uniform";
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
  public int burnIn() {
    return 256;
  }

  @Override
  public double[] noiseLevels(Target resolved) {
    return sigmas.clone();
  }

  @Override
  public DrawSource openDenoising(Target resolved, Machine machine) {
    return source(resolved, sigmas);
  }

  @Override
  public DrawSource open(Target resolved, Machine machine) {
    return source(resolved, new double[0]);
  }

  private DrawSource source(Target resolved, double[] levels) {
    open.incrementAndGet();
    GaussTheory theory = (GaussTheory) GaussTheory.CATALOG.of(resolved);
    return new DrawSource() {
      private String advanced = "";

      @Override
      public boolean advance(long[] seeds, long[] indices, int count) {
        advanced = lanes(seeds, indices, count);
        begun = true;
        return whole.getAsBoolean();
      }

      /** Not for ever: a test that fails before it opens the gate must still end. */
      private void pass(Semaphore permits) {
        try {
          if (!permits.tryAcquire(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException("gate: closed for two minutes");
          }
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }

      private String lanes(long[] seeds, long[] indices, int count) {
        return Arrays.toString(Arrays.copyOf(seeds, count))
            + Arrays.toString(Arrays.copyOf(indices, count));
      }

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
        return draw(seeds, indices, count, new BitSet());
      }

      @Override
      public DrawBatch draw(long[] seeds, long[] indices, int count, BitSet wanted) {
        Semaphore permits = gate;
        if (permits != null) {
          pass(permits);
        }
        RuntimeException fail = failure;
        if (fail != null) {
          throw fail;
        }
        if (!advanced.isEmpty() && !advanced.equals(lanes(seeds, indices, count))) {
          throw new IllegalStateException("draw: of other lanes than were advanced");
        }
        forget();
        calls.incrementAndGet();
        int size = theory.sites();
        float[] fields = new float[count * size];
        batches.add(new WeakReference<>(fields));
        double[] action = new double[count];
        double[] logDensity = new double[count];
        for (int lane = 0; lane < count; lane++) {
          uniforms(seeds[lane], indices[lane], fields, lane * size, size);
          action[lane] = theory.action(fields, lane * size);
          logDensity[lane] = -size * Math.log(4);
        }
        draws.addAndGet(count);
        float[][] noisy = new float[levels.length][];
        for (int level = 0; level < levels.length; level++) {
          noisy[level] =
              wanted.get(level)
                  ? noisy(seeds, indices, fields, count, size, levels[level])
                  : new float[0];
        }
        return new DrawBatch(count, fields, action, logDensity, noisy);
      }

      @Override
      public void forget() {
        advanced = "";
        begun = false;
      }

      @Override
      public void close() {
        open.decrementAndGet();
      }
    };
  }

  @Override
  public boolean hasDensity() {
    return evaluable;
  }

  @Override
  public DensitySource openDensity(Target resolved, Machine machine) {
    return new DensitySource() {
      @Override
      public double logDensity(double[] field) {
        RuntimeException fail = densityFailure;
        if (fail != null) {
          throw fail;
        }
        boolean inside = Arrays.stream(field).allMatch(phi -> Math.abs(phi) < 2);
        return inside ? -field.length * Math.log(4) : Double.NaN;
      }

      @Override
      public void close() {}
    };
  }

  /** The fields with uniform noise of a standard deviation. */
  private static float[] noisy(
      long[] seeds, long[] indices, float[] fields, int count, int size, double sigma) {
    float[] noisy = new float[count * size];
    for (int lane = 0; lane < count; lane++) {
      uniforms(~seeds[lane], indices[lane], noisy, lane * size, size);
    }
    for (int k = 0; k < noisy.length; k++) {
      // A uniform in (-2, 2) has variance 4/3.
      noisy[k] = (float) (fields[k] + sigma * Math.sqrt(0.75) * noisy[k]);
    }
    return noisy;
  }

  /** The field that index {@code index} of a seed draws, of {@code size} values. */
  public static float[] field(long seed, long index, int size) {
    float[] field = new float[size];
    uniforms(seed, index, field, 0, size);
    return field;
  }

  /** Splitmix64 (Steele, Lea, Flood, 2014) over seed, index and element. */
  static void uniforms(long seed, long index, float[] into, int offset, int size) {
    long state = mix(seed * 0x9E3779B97F4A7C15L + mix(index));
    for (int x = 0; x < size; x++) {
      state += 0x9E3779B97F4A7C15L;
      into[offset + x] = ((mix(state) >> 40) + 0.5f) * 0x1p-22f;
    }
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
