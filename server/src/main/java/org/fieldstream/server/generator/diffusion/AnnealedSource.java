package org.fieldstream.server.generator.diffusion;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongSupplier;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.random.Philox;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.theory.Theory;
import org.jspecify.annotations.Nullable;

/**
 * Draws along an {@link AnnealedPath}: a state from exp(-E_0), then one move at each level,
 * proposed by the program and decided here, in double. With the moves adjusted, each leaves the
 * exp(-E_i) of its level as it is, so that
 *
 * <pre>
 * W = sum_i [E_{i-1}(x_{i-1}) - E_i(x_{i-1})],   E[exp(W) f(x_n)] = (Z_n / Z_0) &lt;f&gt;
 * </pre>
 *
 * with x_{i-1} the state before the move of level i, for whatever path and however few moves (R. M.
 * Neal, Stat. Comput. 11 (2001) 125; C. Jarzynski, Phys. Rev. Lett. 78 (1997) 2690). The log
 * density that is given is -S - W - log Z_0: not that of the configuration, which nobody knows,
 * but, over that of the way back, of the whole way to it. Weights exp(-S - log q) are exact, and so
 * is a Metropolis chain on them; as a function of the configuration it has no meaning.
 *
 * <p>Draw (seed, index) has random numbers of its own, keyed by both and counted by levels. What is
 * seen of its way are the states after some of the moves, kept while the others are made.
 */
public final class AnnealedSource implements DrawSource {
  /** First draw of random numbers that is not a program's. */
  public static final int DECISION = 1 << 20;

  /**
   * Sites times levels times lanes of a device batch, half a second of work; a lane group at least,
   * and where that takes longer it is done in parts, see {@link #advance}.
   */
  private static final long BATCH_WORK = 1L << 23;

  /** Work after which {@link #advance} stops at the next level. */
  static final long SLICE_NANOS = 500_000_000L;

  /**
   * Bytes that the fields of a device batch take at most at all levels that can be seen, 64 MiB; of
   * these only the wanted ones are kept.
   */
  private static final long LEVEL_BYTES = 64L << 20;

  private static final float[] NOT_WANTED = {};

  private static final int BATCH_SITES = 1 << 16;
  private static final int MOST_LANES = 1024;

  private final AnnealedPath path;
  private final Theory theory;
  private final boolean adjusted;
  private final FieldShape shape;
  private final Executable start;
  private final Executable move;
  private final Executable field;
  private final int[] seen;
  private final int preferredLanes;
  private final float[][] parameters;
  private final long[] accepted;
  private final LongSupplier clock;
  private long draws;
  private @Nullable Ways unfinished;

  /**
   * Loads a path's programs.
   *
   * @param adjusted whether moves are accepted or rejected; if not, all are accepted, and there is
   *     no log density
   */
  AnnealedSource(AnnealedPath path, boolean adjusted, Machine machine) {
    this(path, adjusted, new int[0], machine, System::nanoTime);
  }

  /**
   * The same draws with their way out of noise, see {@link #seen(AnnealedPath)}.
   *
   * @param adjusted as above
   */
  static AnnealedSource watching(AnnealedPath path, boolean adjusted, Machine machine) {
    return new AnnealedSource(path, adjusted, seen(path), machine, System::nanoTime);
  }

  /**
   * The same with a clock of its own.
   *
   * @param seen levels below the last at which draws can be seen, ascending; not to be modified
   * @param clock nanoseconds
   */
  AnnealedSource(
      AnnealedPath path, boolean adjusted, int[] seen, Machine machine, LongSupplier clock) {
    this.path = path;
    this.clock = clock;
    this.adjusted = adjusted;
    this.seen = seen;
    theory = path.theory();
    shape = new FieldShape(theory.components(), theory.extents());
    start = machine.load(path.start());
    move = machine.load(path.move());
    field = machine.load(path.field());
    accepted = new long[path.levels()];
    parameters = new float[path.levels()][move.program().parameterCount()];
    for (int level = 1; level <= path.levels(); level++) {
      path.fill(level, parameters[level - 1]);
    }
    int group = move.laneGroup();
    long work = BATCH_WORK / ((long) shape.sites() * path.levels());
    long most = Math.min(Math.min(MOST_LANES, BATCH_SITES / shape.sites()), work);
    preferredLanes = bounded((int) Math.max(1, most / group) * group, group);
  }

  /** Levels with noise of a way that streams are offered, ascending; 0 is the first. */
  static int[] seen(AnnealedPath path) {
    Theory theory = path.theory();
    int size = new FieldShape(theory.components(), theory.extents()).size();
    return SeenLevels.of(path.levels(), size).withNoise();
  }

  /** No more lanes than there is memory for at all levels that can be seen. */
  private int bounded(int lanes, int group) {
    if (seen.length == 0) {
      return lanes;
    }
    long each = (long) shape.size() * (seen.length + 1) * Float.BYTES;
    int room = (int) Math.max(1, Math.min(lanes, LEVEL_BYTES / each));
    return room >= group ? room / group * group : room;
  }

  @Override
  public FieldShape shape() {
    return shape;
  }

  @Override
  public int preferredLanes() {
    return preferredLanes;
  }

  /** A batch on its way: what the levels so far have made of it. */
  private final class Ways {
    final long[] seeds;
    final long[] indices;
    final long[] keys;
    final Lanes lanes;
    final double[] energy;
    final double[] work;
    final long[] accepted = new long[path.levels()];

    /** Positions among the seen levels. */
    final BitSet wanted;

    /** Fields at the wanted levels so far. */
    final float[][] fields = new float[seen.length][];

    int level;

    Ways(long[] seeds, long[] indices, int count, BitSet wanted) {
      this.wanted = wanted;
      Arrays.fill(fields, NOT_WANTED);
      this.seeds = Arrays.copyOf(seeds, count);
      this.indices = Arrays.copyOf(indices, count);
      keys = new long[count];
      Arrays.setAll(keys, lane -> key(seeds[lane], indices[lane]));
      Lanes first = new Lanes(start.program(), count);
      System.arraycopy(keys, 0, first.seeds(), 0, count);
      start.run(first);
      lanes = new Lanes(move.program(), count);
      System.arraycopy(first.output(0), 0, lanes.input(0), 0, first.output(0).length);
      energy = new double[count];
      int at = start.program().output(AnnealedPath.AFTER);
      Arrays.setAll(energy, lane -> first.sum(at, lane));
      work = new double[count];
      look();
    }

    /** Keeps the fields of this level, if they are wanted. */
    void look() {
      int position = Arrays.binarySearch(seen, level);
      if (position >= 0 && wanted.get(position)) {
        fields[position] = fields();
      }
    }

    /** The fields that the states stand for. */
    float[] fields() {
      Lanes at = new Lanes(field.program(), keys.length);
      System.arraycopy(lanes.input(0), 0, at.input(0), 0, at.input(0).length);
      path.fillField(level, at.parameters());
      field.run(at);
      return at.output(0);
    }

    boolean areOf(long[] otherSeeds, long[] otherIndices, int count, BitSet levels) {
      BitSet missing = (BitSet) levels.clone();
      missing.andNot(wanted);
      return missing.isEmpty()
          && count == keys.length
          && Arrays.equals(seeds, 0, count, otherSeeds, 0, count)
          && Arrays.equals(indices, 0, count, otherIndices, 0, count);
    }

    boolean isWhole() {
      return level == path.levels();
    }
  }

  @Override
  public boolean advance(long[] seeds, long[] indices, int count) {
    return advance(seeds, indices, count, new BitSet());
  }

  @Override
  public boolean advance(long[] seeds, long[] indices, int count, BitSet levels) {
    Ways ways = take(seeds, indices, count, levels);
    long began = clock.getAsLong();
    while (!ways.isWhole() && clock.getAsLong() - began < SLICE_NANOS) {
      step(ways);
    }
    unfinished = ways;
    return ways.isWhole();
  }

  @Override
  public DrawBatch draw(long[] seeds, long[] indices, int count) {
    return draw(seeds, indices, count, new BitSet());
  }

  @Override
  public DrawBatch draw(long[] seeds, long[] indices, int count, BitSet levels) {
    Ways ways = take(seeds, indices, count, levels);
    while (!ways.isWhole()) {
      step(ways);
    }
    draws += count;
    Arrays.setAll(accepted, i -> accepted[i] + ways.accepted[i]);
    return batch(ways);
  }

  /** What is unfinished of these draws, or their start; nobody else has it until it is put back. */
  private Ways take(long[] seeds, long[] indices, int count, BitSet levels) {
    if (count < 1 || count > preferredLanes) {
      throw new IllegalArgumentException(
          "count: " + count + " (expected: 1 to " + preferredLanes + ")");
    }
    Ways ways = unfinished;
    // A machine that fails in the middle of a level leaves nothing to go on with.
    unfinished = null;
    BitSet wanted = levels.get(0, seen.length);
    return ways != null && ways.areOf(seeds, indices, count, wanted)
        ? ways
        : new Ways(seeds, indices, count, wanted);
  }

  /** A random key for a draw (the finaliser of SplitMix64, twice). */
  private static long key(long seed, long index) {
    return mix(mix(seed) + (index + 1) * 0x9E3779B97F4A7C15L);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private void step(Ways ways) {
    int level = ++ways.level;
    long[] keys = ways.keys;
    Lanes lanes = ways.lanes;
    System.arraycopy(keys, 0, lanes.seeds(), 0, keys.length);
    Arrays.fill(lanes.indices(), level);
    float[] filled = parameters[level - 1];
    System.arraycopy(filled, 0, lanes.parameters(), 0, filled.length);
    move.run(lanes);
    int before = move.program().output(AnnealedPath.BEFORE);
    int after = move.program().output(AnnealedPath.AFTER);
    int kinetic0 = move.program().output(AnnealedPath.KINETIC_START);
    int kinetic1 = move.program().output(AnnealedPath.KINETIC_END);
    float[] states = lanes.input(0);
    int size = states.length / keys.length;
    for (int lane = 0; lane < keys.length; lane++) {
      double here = lanes.sum(before, lane);
      double there = lanes.sum(after, lane);
      ways.work[lane] += ways.energy[lane] - here;
      ways.energy[lane] = here;
      double change = there - here + 0.5 * (lanes.sum(kinetic1, lane) - lanes.sum(kinetic0, lane));
      if (!adjusted || accept(change, level, keys[lane])) {
        ways.accepted[level - 1]++;
        ways.energy[lane] = there;
        System.arraycopy(lanes.output(0), lane * size, states, lane * size, size);
        path.normalise(states, lane * size);
      }
    }
    ways.look();
  }

  private static boolean accept(double change, int level, long key) {
    // StrictMath: the same bits before and after compilation. A NaN is a rejection.
    return change <= 0 || StrictMath.log(Philox.uniform52(0, DECISION, level, key)) < -change;
  }

  private DrawBatch batch(Ways ways) {
    float[] fields = ways.fields();
    float[] states = ways.lanes.input(0);
    double[] work = ways.work;
    double[] action = new double[work.length];
    double[] logDensity = new double[work.length];
    for (int lane = 0; lane < work.length; lane++) {
      action[lane] = theory.action(fields, lane * shape.size());
      boolean counts = path.counts(states, lane * (states.length / work.length));
      double weight = counts ? work[lane] + path.logStart() : Double.NEGATIVE_INFINITY;
      logDensity[lane] = adjusted ? -action[lane] - weight : Double.NaN;
    }
    if (seen.length == 0) {
      return new DrawBatch(work.length, fields, action, logDensity);
    }
    float[][] levels = Arrays.copyOf(ways.fields, seen.length + 1);
    levels[seen.length] = fields;
    return new DrawBatch(work.length, fields, action, logDensity, levels);
  }

  @Override
  public void forget() {
    unfinished = null;
  }

  /** Accepted over proposed of each level's move, over all draws so far; NaN before the first. */
  public double[] acceptance() {
    return Arrays.stream(accepted).mapToDouble(n -> (double) n / draws).toArray();
  }

  @Override
  public void close() {
    start.close();
    move.close();
    field.close();
  }
}
