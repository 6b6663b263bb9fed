package org.fieldstream.server.generator.flow;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;
import org.fieldstream.kernels.lattice.Colouring;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.jspecify.annotations.Nullable;

/**
 * The flow split by colours, whose Jacobian is exact: the lattice is coloured by coordinate
 * parities and a layer updates one colour after the other,
 *
 * <pre>
 * phi_x += F_{c,0}(phi_x) + sum_{y near x, of other colours} F_{c,|x-y|}(phi_y) + G_{c,x}(phi_x)
 * F(phi)     = w_0 phi + sum_f w_f sin(om_f phi)
 * G_x(phi_x) = sum_g v_g sin(k_{g,0} phi_x + sum_d k_{g,d} sum_{y near x, |x-y| = d} phi_y)
 * log J      = sum_x log(1 + F_{c,0}'(phi_x) + G_{c,x}'(phi_x))
 * </pre>
 *
 * where "near" is the box of radius 1 and |x-y| counts the coordinates that differ. Without the
 * gates G, a layer adds functions of single sites; the flow equation of M. Luescher (Commun. Math.
 * Phys. 293 (2010) 899), applied to phi^4, asks for products of neighbours at first order in the
 * coupling already, and G has them. The flow starts from a Gaussian whose spectrum is learned by
 * orbit of momenta; a block of layers acts on the lattice or on its long wavelengths as a field on
 * a coarser one ({@link CoarseModes}), and between blocks a learned spectral gain (constant
 * Jacobian) gives the local layers reach. Invariant under Z2 and translations by two sites, of the
 * coarsest lattice, exactly, under the hypercubic group in the mean (colours take turns in both
 * orders).
 *
 * <p>Invertible for every field while {@code 1 + w_0 - sum_f |w_f om_f| > 0} for each {@code
 * F_{c,0}} and {@code - sum_g |v_g k_{g,0}|} beside it, which {@link #project} keeps.
 */
public final class SplitFlow implements Flow {
  /** Name of the tensor of log amplitudes by orbit, shared by all flows. */
  static final String SPECTRUM = "prior.log_amplitude";

  private final Lattice lattice;
  private final SplitShape shape;
  private final List<CoarseModes> scales = new ArrayList<>();
  private final List<Colouring> colourings = new ArrayList<>();
  private final int colours;
  private final SpectralOrbits orbits;
  private final List<Tensor> tensors = new ArrayList<>();
  private final Tensor spectrum;
  private final Tensor gains;
  private final Tensor frequencies;
  private final Tensor weights;
  private final @Nullable Tensor waves;
  private final @Nullable Tensor gateWeights;
  private final int size;

  /** A flow of the given shape on a lattice of even extents. */
  public SplitFlow(Lattice lattice, SplitShape shape) {
    this.lattice = lattice;
    this.shape = shape;
    for (SplitShape.Block block : shape.blocks()) {
      CoarseModes scale = new CoarseModes(lattice, block.level(), shape.overlap());
      scales.add(scale);
      colourings.add(new Colouring(scale.lattice()));
    }
    colours = 1 << lattice.dimensions();
    orbits = new SpectralOrbits(lattice);
    int layers = shape.layers();
    spectrum = tensor(SPECTRUM, orbits.size());
    gains = tensor("filter.log_gain", shape.blocks().size() - 1, orbits.size());
    frequencies = tensor("layer.frequency", layers, shape.sines());
    weights = tensor("layer.weight", layers, colours, lattice.dimensions() + 1, shape.sines() + 1);
    boolean gated = shape.gates() > 0;
    int channels = lattice.dimensions() + 1;
    waves = gated ? tensor("gate.wave", layers, colours, shape.gates(), channels) : null;
    gateWeights = gated ? tensor("gate.weight", layers, colours, shape.gates()) : null;
    size = tensors.stream().mapToInt(Tensor::size).reduce(0, Math::addExact);
  }

  private Tensor tensor(String name, Integer... extents) {
    int offset = tensors.stream().mapToInt(Tensor::size).reduce(0, Math::addExact);
    Tensor tensor = new Tensor(name, List.of(extents), offset);
    tensors.add(tensor);
    return tensor;
  }

  @Override
  public Lattice lattice() {
    return lattice;
  }

  @Override
  public List<Tensor> tensors() {
    return List.copyOf(tensors);
  }

  /** The shape. */
  SplitShape shape() {
    return shape;
  }

  /** How many parameters. */
  int size() {
    return size;
  }

  /** Colours of a layer. */
  int colours() {
    return colours;
  }

  /** Momenta by symmetry. */
  SpectralOrbits orbits() {
    return orbits;
  }

  /** The scale of a block. */
  CoarseModes scale(int block) {
    return scales.get(block);
  }

  /** The colouring of a block's lattice. */
  Colouring colouring(int block) {
    return colourings.get(block);
  }

  /**
   * Whether the last block acts on the lattice itself. What it leaves is the field then: to its
   * modes and back would be two transforms for nothing, and most of the rounding of a draw.
   */
  boolean endsAtSites() {
    return shape.blocks().get(shape.blocks().size() - 1).level() == 0;
  }

  /** First position of the log amplitudes of the prior (block 0) or log gains before a block. */
  int spectrum(int block) {
    return block == 0 ? spectrum.offset() : gains.offset() + (block - 1) * orbits.size();
  }

  /** First position of a layer's frequencies. */
  int frequency(int layer) {
    return frequencies.offset() + layer * shape.sines();
  }

  @Override
  public Inverse inverse(double[] theta) {
    return new SplitInverse(this, theta);
  }

  /** First position of the weights of F_{c, distance} in a layer. */
  int weight(int layer, int colour, int distance) {
    int rows = lattice.dimensions() + 1;
    return weights.offset() + ((layer * colours + colour) * rows + distance) * (shape.sines() + 1);
  }

  /** Positions in theta of the wave vectors and of the weights of a colour's gates in a layer. */
  record Gates(int waves, int weights) {}

  @Nullable Gates gates(int layer, int colour) {
    Tensor k = waves;
    Tensor v = gateWeights;
    if (k == null || v == null) {
      return null;
    }
    int at = (layer * colours + colour) * shape.gates();
    return new Gates(k.offset() + at * (lattice.dimensions() + 1), v.offset() + at);
  }

  @Override
  public double[] initial(long seed) {
    return SplitStart.of(this, seed);
  }

  @Override
  public Mapped map(ProgramBuilder b, Value z, boolean withScore) {
    CopyMap copies = new CopyMap();
    List<Value> jacobians = new ArrayList<>();
    int prior = spectrum.offset();
    // Between blocks the field and its score are held as Hartley modes.
    Value modes = scaled(b, z, "prior", prior, copies::exp);
    @Nullable Value score = null;
    if (withScore) {
      // log q = -z.z/2 + .. with z = exp(-theta) modes
      score = scaled(b, b.scale(-1, z), "1/prior", prior, copies::expNegative);
    }
    int layer = 0;
    for (int i = 0; i < shape.blocks().size(); i++) {
      SplitShape.Block block = shape.blocks().get(i);
      if (i > 0) {
        int gain = spectrum(i);
        modes = scaled(b, modes, "gain " + i, gain, copies::exp);
        if (score != null) {
          score = scaled(b, score, "1/gain " + i, gain, copies::expNegative);
        }
      }
      CoarseModes scale = scales.get(i);
      SplitBlock.Result result =
          new SplitBlock(
                  b,
                  colourings.get(i),
                  shape.sines(),
                  (name, at, targets, distances) -> row(b, copies, name, at, targets, distances),
                  (at, colour) -> gate(b, copies, at, colour))
              .run(
                  scale.take(b, modes),
                  score == null ? null : scale.take(b, score),
                  layer,
                  block.layers());
      Value scored = result.score();
      jacobians.add(b.total(b.log(result.jacobian())));
      layer += block.layers();
      if (endsAtSites() && i == shape.blocks().size() - 1) {
        return new Mapped(result.phi(), jacobians, copies, scored);
      }
      modes = scale.put(b, modes, result.phi());
      score = score == null || scored == null ? null : scale.put(b, score, scored);
    }
    return new Mapped(
        Fourier.hartley(b, modes, lattice),
        jacobians,
        copies,
        score == null ? null : Fourier.hartley(b, score, lattice));
  }

  /** Multiplies each momentum by its orbit's program parameter. */
  private Value scaled(ProgramBuilder b, Value x, String name, int theta, IntConsumer parameter) {
    Parameter p = b.parameter(name, orbits.size());
    for (int o = 0; o < orbits.size(); o++) {
      parameter.accept(theta + o);
    }
    return b.times(x, p, orbits.slots());
  }

  /**
   * A sine-series parameter of a layer: frequencies, then the rows asked for.
   *
   * @param targets colour whose update each row feeds
   * @param distances how many coordinates differ between source and target, 0 for the diagonal
   */
  private Parameter row(
      ProgramBuilder b, CopyMap copies, String name, int layer, int[] targets, int[] distances) {
    int f = shape.sines();
    Parameter p = b.parameter(name, f + targets.length * (f + 1));
    for (int i = 0; i < f; i++) {
      copies.copy(frequencies.offset() + layer * f + i);
    }
    for (int r = 0; r < targets.length; r++) {
      for (int i = 0; i <= f; i++) {
        copies.copy(weight(layer, targets[r], distances[r]) + i);
      }
    }
    return p;
  }

  /** The parameter of a colour's gates in a layer: wave vectors, then weights. */
  private @Nullable Parameter gate(ProgramBuilder b, CopyMap copies, int layer, int colour) {
    Gates at = gates(layer, colour);
    if (at == null) {
      return null;
    }
    int vectors = shape.gates() * (lattice.dimensions() + 1);
    Parameter p = b.parameter("layer " + layer + " gate " + colour, vectors + shape.gates());
    for (int i = 0; i < vectors; i++) {
      copies.copy(at.waves() + i);
    }
    for (int i = 0; i < shape.gates(); i++) {
      copies.copy(at.weights() + i);
    }
    return p;
  }

  /** The weights and gates of an update are a block, all else stands alone. */
  @Override
  public List<int[]> blocks() {
    List<int[]> blocks = new ArrayList<>();
    BitSet alone = new BitSet(size);
    alone.set(0, size);
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (int c = 0; c < colours; c++) {
        BitSet block = new BitSet(size);
        int w = weight(layer, c, 0);
        block.set(w, w + (lattice.dimensions() + 1) * (shape.sines() + 1));
        Gates at = gates(layer, c);
        if (at != null) {
          int vectors = shape.gates() * (lattice.dimensions() + 1);
          block.set(at.waves(), at.waves() + vectors);
          block.set(at.weights(), at.weights() + shape.gates());
        }
        blocks.add(block.stream().toArray());
        alone.andNot(block);
      }
    }
    alone.stream().forEach(i -> blocks.add(new int[] {i}));
    return blocks;
  }

  @Override
  public double logScale(double[] theta) {
    double sum = 0;
    for (int o = 0; o < orbits.size(); o++) {
      double logs = theta[spectrum.offset() + o];
      for (int block = 1; block < shape.blocks().size(); block++) {
        logs += theta[gains.offset() + (block - 1) * orbits.size() + o];
      }
      sum -= orbits.count(o) * logs;
    }
    return sum;
  }

  @Override
  public void addLogScaleGradient(double[] gradient) {
    for (int o = 0; o < orbits.size(); o++) {
      gradient[spectrum.offset() + o] -= orbits.count(o);
      for (int i = 1; i < shape.blocks().size(); i++) {
        gradient[gains.offset() + (i - 1) * orbits.size() + o] -= orbits.count(o);
      }
    }
  }

  @Override
  public boolean invertible(double[] theta) {
    return new SplitSlopes(this).positive(theta);
  }

  @Override
  public boolean project(double[] theta) {
    return new SplitSlopes(this).project(theta);
  }
}
