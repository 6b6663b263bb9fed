package org.fieldstream.server.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;

/**
 * Independent results for two-dimensional phi^4 on an L x L lattice in the mass form, from a
 * checkerboard Metropolis and embedded cluster code (U. Wolff, Phys. Rev. Lett. 62 (1989) 361);
 * errors from a jackknife over 64 bins.
 */
public final class Reference {
  private static final String FOLDER = "/reference/";
  private static final double SAME = 1e-9;

  private final String name;
  private final int extent;
  private final double m2;
  private final double lambda;
  private final JsonNode json;

  private Reference(String name, JsonNode json) {
    this.name = name;
    this.json = json;
    extent = json.path("L").asInt();
    m2 = json.path("m2").asDouble();
    lambda = json.path("lambda").asDouble();
  }

  /** All of them, in the order of {@code reference/index.txt}. */
  public static List<Reference> all() {
    try (InputStream in = open("index.txt")) {
      String index = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return index.lines().map(Reference::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("reference/index.txt: unreadable", e);
    }
  }

  private static Reference read(String name) {
    try (InputStream in = open(name)) {
      return new Reference(name, new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException("reference/" + name + ": unreadable", e);
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = Reference.class.getResourceAsStream(FOLDER + name);
    if (in == null) {
      throw new IOException("reference/" + name + ": missing (expected: in the server's jar)");
    }
    return in;
  }

  /** File name. */
  public String name() {
    return name;
  }

  /** L. */
  public int extent() {
    return extent;
  }

  /** m2 of the mass form. */
  public double m2() {
    return m2;
  }

  /** lambda of the mass form. */
  public double lambda() {
    return lambda;
  }

  /** The target these are results of. */
  public Target target() {
    return new Target(Phi4.NAME, List.of(extent, extent), Map.of("m2", m2, "lambda", lambda));
  }

  /** Whether a target, in either form of the action, is this one. */
  public boolean isOf(Target target) {
    Target own = hopping(target) == 1 ? target() : hoppingForm(target);
    return target.theory().equals(own.theory())
        && target.extents().equals(own.extents())
        && target.couplings().keySet().equals(own.couplings().keySet())
        && own.couplings().entrySet().stream()
            .allMatch(
                c ->
                    Math.abs(target.couplings().getOrDefault(c.getKey(), Double.NaN) - c.getValue())
                        < SAME);
  }

  /** kappa of a target in the hopping form; 1 in the mass form. */
  private static double hopping(Target target) {
    return target.couplings().getOrDefault("kappa", 1.0);
  }

  /**
   * These couplings in the hopping form: {@code (2D + m2) kappa = 1 - 2 lambda_h}, {@code lambda
   * kappa^2 = lambda_h}.
   */
  private Target hoppingForm(Target like) {
    double kappa = hopping(like);
    double lambdaH = lambda * kappa * kappa;
    boolean same = Math.abs((4 + m2) * kappa - 1 + 2 * lambdaH) < SAME;
    return new Target(
        Phi4.NAME,
        List.of(extent, extent),
        Map.of("kappa", same ? kappa : Double.NaN, "lambda_h", lambdaH));
  }

  /**
   * The result for a quantity in the units of a target: {@code phi_mass = sqrt(kappa) phi_hop}, and
   * S of the hopping form is larger by lambda_h V.
   *
   * @param target one that {@link #isOf} accepts
   */
  public Measured value(String quantity, Target target) {
    Measured mass = value(quantity);
    double kappa = hopping(target);
    if (kappa == 1) {
      return mass;
    }
    return switch (quantity) {
      case "phi2", "chi", "chi_conn" -> new Measured(mass.value() / kappa, mass.error() / kappa);
      case "phi4" -> new Measured(mass.value() / (kappa * kappa), mass.error() / (kappa * kappa));
      case "abs_m" ->
          new Measured(mass.value() / Math.sqrt(kappa), mass.error() / Math.sqrt(kappa));
      case "action_per_site" -> new Measured(mass.value() + lambda * kappa * kappa, mass.error());
      case "binder_u4", "xi_second_moment" -> mass;
      default ->
          throw new IllegalArgumentException(
              "quantity: " + quantity + " (expected: one with a known unit)");
    };
  }

  /** The result for a quantity of {@link Quantity#ofReference}. */
  public Measured value(String quantity) {
    JsonNode pair = json.path(quantity);
    if (pair.size() != 2) {
      throw new IllegalArgumentException(
          "quantity: " + quantity + " (expected: one of " + name + ")");
    }
    return new Measured(pair.get(0).asDouble(), pair.get(1).asDouble());
  }
}
