package org.fieldstream.server.cli;

import java.util.List;
import org.fieldstream.server.generator.flow.AffineShape;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.OdeShape;
import org.fieldstream.server.generator.flow.PlaquetteShape;
import org.fieldstream.server.generator.flow.SplitShape;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code train}: the architecture of a flow. */
final class FlowOptions {
  @Option(
      names = "--blocks",
      description =
          "Split form: LEVEL:LAYERS,...; level n acts on the lattice halved n times. Default: "
              + "those of --start, or 1:4,0:4.")
  private @Nullable String blocks;

  @Option(
      names = "--sines",
      description =
          "Sine features of single sites. Default: those of --start, or 2 (split) and 7 (ode).")
  private @Nullable Integer sines;

  @Option(
      names = "--gates",
      description =
          "Split form: sine features of a site together with its neighbours, 0 for none. Default: "
              + "those of --start, or 6.")
  private @Nullable Integer gates;

  @Option(
      names = "--overlap",
      description =
          "Split form: half the width of the band of momenta that a level and the next finer one"
              + " share, in units of the level's extent, 0 (a sharp edge) to 0.5. Default: that of"
              + " --start, or 0.")
  private @Nullable Double overlap;

  @Option(
      names = "--ode-steps",
      description =
          "ODE form: Runge-Kutta steps in training; the model is served with as few as keep log q.")
  private int odeSteps = 10;

  @Option(names = "--ode-modes", description = "ODE form: Fourier modes in time.")
  private int odeModes = 5;

  @Option(names = "--ode-radius", description = "ODE form: stencil radius.")
  private int odeRadius = 2;

  @Option(names = "--affine-layers", description = "Affine form: coupling layers.")
  private int affineLayers = 16;

  @Option(
      names = "--affine-hidden",
      description = "Affine form: channels of each network's hidden layers.")
  private String affineHidden = "8,8";

  @Option(names = "--affine-kernel", description = "Affine form: extent of the convolutions.")
  private int affineKernel = 3;

  @Option(names = "--plaquette-layers", description = "Plaquette form: layers.")
  private int plaquetteLayers = 8;

  @Option(names = "--plaquette-waves", description = "Plaquette form: waves sin(k t) of a layer.")
  private int plaquetteWaves = 6;

  @Option(
      names = "--beta-range",
      paramLabel = "LEAST:MOST",
      description =
          "Plaquette form: one model for a range of beta, such as 1:11; --coupling names what it"
              + " is served with unless asked for another. Default: for that one only.")
  private @Nullable String betaRange;

  @Option(
      names = "--beta-degree",
      description = "Plaquette form with a range: degree of the polynomials in log beta.")
  private int betaDegree = 5;

  /** What {@code --sines} says, null for nothing. */
  @Nullable Integer sines() {
    return sines;
  }

  /** An option given that only the split form has, null for none. */
  @Nullable String ofSplitAlone() {
    return blocks != null ? "blocks" : gates != null ? "gates" : overlap != null ? "overlap" : null;
  }

  /**
   * The architecture.
   *
   * @param form split, ode, affine or plaquette
   * @param first that of the model to start from, whose sizes are the defaults
   * @throws IllegalArgumentException naming the option that does not fit
   */
  FlowShape shape(String form, @Nullable FlowShape first) {
    String alone = ofSplitAlone();
    if (alone != null && List.of("ode", "affine", "plaquette").contains(form)) {
      throw new IllegalArgumentException(
          alone + ": given with --form " + form + " (expected: the split form only)");
    }
    return switch (form) {
      case "split" -> split(first instanceof SplitShape old ? old : null);
      case "ode" -> {
        int plain = first instanceof OdeShape old ? old.sines() : 7;
        yield new OdeShape(odeRadius, sines == null ? plain : sines, odeModes, odeSteps);
      }
      case "affine" -> AffineShape.parse(affineLayers, affineHidden, affineKernel);
      case "plaquette" -> new PlaquetteShape(plaquetteLayers, plaquetteWaves, range());
      default ->
          throw new IllegalArgumentException(
              "form: " + form + " (expected: split, ode, affine, diffusion or plaquette)");
    };
  }

  private PlaquetteShape.Range range() {
    String text = betaRange;
    if (text == null) {
      return PlaquetteShape.Range.NONE;
    }
    String[] ends = text.split(":", -1);
    try {
      return new PlaquetteShape.Range(
          betaDegree, Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "beta-range: " + text + " (expected: LEAST:MOST, such as 1:11)", e);
    }
  }

  private SplitShape split(@Nullable SplitShape first) {
    String text = blocks != null ? blocks : first != null ? first.text() : "1:4,0:4";
    int plain = first != null ? first.sines() : 2;
    int joined = first != null ? first.gates() : 6;
    double shared = first != null ? first.overlap() : 0;
    return SplitShape.parse(
        text,
        sines == null ? plain : sines,
        gates == null ? joined : gates,
        overlap == null ? shared : overlap);
  }
}
