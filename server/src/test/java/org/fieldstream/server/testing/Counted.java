package org.fieldstream.server.testing;

import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/** Counts the configurations that a model makes, for whomever. */
public final class Counted {
  private final AtomicLong made = new AtomicLong();
  private final Model model;

  /** Around a model. */
  public Counted(Model model) {
    this.model = model instanceof Model.Draws draws ? new Draws(draws) : chains(model);
  }

  private Model chains(Model other) {
    return new Chains((Model.Chains) other);
  }

  /** The same model, its configurations counted. */
  public Model model() {
    return model;
  }

  /** Draws, or states of all chains, made so far; not those of thermalisation. */
  public long made() {
    return made.get();
  }

  /** What is the inner model's own. */
  private abstract static class Facts<M extends Model> {
    final M inner;

    Facts(M inner) {
      this.inner = inner;
    }

    public String id() {
      return inner.id();
    }

    public String generator() {
      return inner.generator();
    }

    public String digest() {
      return inner.digest();
    }

    public @Nullable Target target() {
      return inner.target();
    }

    public Set<Exactness> exactness() {
      return inner.exactness();
    }

    public Map<String, String> facts() {
      return inner.facts();
    }

    public Target resolve(@Nullable Target requested) {
      return inner.resolve(requested);
    }
  }

  private final class Draws extends Facts<Model.Draws> implements Model.Draws {
    Draws(Model.Draws inner) {
      super(inner);
    }

    @Override
    public int burnIn() {
      return inner.burnIn();
    }

    @Override
    public boolean hasLogDensity() {
      return inner.hasLogDensity();
    }

    @Override
    public double[] noiseLevels(Target target) {
      return inner.noiseLevels(target);
    }

    @Override
    public DrawSource open(Target target, Machine machine) {
      return new DrawsOf(inner.open(target, machine));
    }

    @Override
    public DrawSource openDenoising(Target target, Machine machine) {
      return new DrawsOf(inner.openDenoising(target, machine));
    }
  }

  private final class DrawsOf implements DrawSource {
    private final DrawSource inner;

    DrawsOf(DrawSource inner) {
      this.inner = inner;
    }

    @Override
    public FieldShape shape() {
      return inner.shape();
    }

    @Override
    public int preferredLanes() {
      return inner.preferredLanes();
    }

    @Override
    public boolean advance(long[] seeds, long[] indices, int count) {
      return inner.advance(seeds, indices, count);
    }

    @Override
    public boolean advance(long[] seeds, long[] indices, int count, BitSet levels) {
      return inner.advance(seeds, indices, count, levels);
    }

    @Override
    public DrawBatch draw(long[] seeds, long[] indices, int count) {
      made.addAndGet(count);
      return inner.draw(seeds, indices, count);
    }

    @Override
    public DrawBatch draw(long[] seeds, long[] indices, int count, BitSet levels) {
      made.addAndGet(count);
      return inner.draw(seeds, indices, count, levels);
    }

    @Override
    public void forget() {
      inner.forget();
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  private final class Chains extends Facts<Model.Chains> implements Model.Chains {
    Chains(Model.Chains inner) {
      super(inner);
    }

    @Override
    public long bytes(Target target) {
      return inner.bytes(target);
    }

    @Override
    public ChainSource open(Target target, long seed, Machine machine) {
      return new StatesOf(inner.open(target, seed, machine));
    }
  }

  private final class StatesOf implements ChainSource {
    private final ChainSource inner;

    StatesOf(ChainSource inner) {
      this.inner = inner;
    }

    @Override
    public FieldShape shape() {
      return inner.shape();
    }

    @Override
    public int chains() {
      return inner.chains();
    }

    @Override
    public boolean thermalise() {
      return inner.thermalise();
    }

    @Override
    public String thermalisation() {
      return inner.thermalisation();
    }

    @Override
    public ChainBatch step() {
      made.addAndGet(inner.chains());
      return inner.step();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
