package org.fieldstream.server.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.fieldstream.server.config.ConfigKeys.Key;
import org.fieldstream.server.error.Nearest;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Puts a configuration together: defaults, then a YAML file, then environment variables, then
 * flags; the later one wins. What is not a key is an error that names the nearest one.
 *
 * @param <C> the record of records that is loaded
 */
public final class ConfigLoader<C extends Record> {
  /** Environment variables with this prefix are configuration. */
  static final String PREFIX = "FIELDSTREAM_";

  /** Variables of the clients, which may run in the same environment. */
  private static final Set<String> CLIENTS = Set.of("FIELDSTREAM_LOG_LEVEL", "FIELDSTREAM_PROTO");

  /**
   * A configuration and where each value comes from.
   *
   * @param config the configuration
   * @param origins by key: {@code default}, the file's name, the variable's name or {@code flag}
   */
  public record Loaded<C>(C config, Map<String, String> origins) {}

  private final Class<C> type;
  private final Map<String, Key> keys;
  private final Map<String, Object> values;
  private final Map<String, String> origins = new LinkedHashMap<>();

  @SuppressWarnings("unchecked") // The class of a C is a Class<C>: records have no subclasses.
  private ConfigLoader(C defaults) {
    type = (Class<C>) defaults.getClass();
    keys = ConfigKeys.of(type);
    values = ConfigKeys.values(defaults);
    keys.keySet().forEach(key -> origins.put(key, "default"));
  }

  /**
   * Loads a configuration.
   *
   * @param defaults what holds unless configured
   * @param file a YAML file; null for none
   * @param environment environment variables; those without the prefix are not looked at
   * @param flags values by key, for example {@code server.grpcPort}
   * @throws ConfigException naming the key and what was expected
   */
  public static <C extends Record> Loaded<C> load(
      C defaults, @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
    ConfigLoader<C> loader = new ConfigLoader<>(defaults);
    if (file != null) {
      loader.file(file);
    }
    environment.forEach(loader::variable);
    flags.forEach((key, value) -> loader.put(key, value, "flag"));
    return new Loaded<>(ConfigKeys.build(loader.type, loader.values), loader.origins);
  }

  /** A configuration as YAML, secrets masked, with the origin of each value. */
  public static String print(Loaded<? extends Record> loaded) {
    Map<String, Object> values = ConfigKeys.values(loaded.config());
    StringBuilder text = new StringBuilder();
    String section = "";
    for (Key key : ConfigKeys.of(loaded.config().getClass()).values()) {
      if (!key.section().equals(section)) {
        section = key.section();
        text.append(section).append(":\n");
      }
      String value = String.valueOf(values.get(key.path()));
      if (key.secret()) {
        value = value.isEmpty() ? "\"\"" : "\"****\"";
      } else if (key.type() == String.class) {
        value = '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
      }
      text.append("  ").append(key.name()).append(": ").append(value);
      text.append("  # ").append(loaded.origins().get(key.path())).append('\n');
    }
    return text.toString();
  }

  private void file(Path file) {
    Object tree;
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      tree = new Yaml(new SafeConstructor(options)).load(reader);
    } catch (NoSuchFileException e) {
      throw new ConfigException("--config: " + file + " (expected: a file that exists)");
    } catch (IOException e) {
      throw new ConfigException("--config: " + file + " (expected: a readable file): " + e);
    } catch (YAMLException e) {
      throw new ConfigException("--config: " + file + " (expected: YAML): " + e.getMessage());
    }
    if (tree == null) {
      return;
    }
    for (Map.Entry<?, ?> section : mapping(tree, file.toString()).entrySet()) {
      String name = String.valueOf(section.getKey());
      if (keys.values().stream().noneMatch(key -> key.section().equals(name))) {
        throw unknown(name, keys.values().stream().map(Key::section).toList(), file.toString());
      }
      if (section.getValue() != null) {
        mapping(section.getValue(), name)
            .forEach(
                (key, value) -> put(name + '.' + key, text(name, key, value), file.toString()));
      }
    }
  }

  private static Map<?, ?> mapping(Object node, String where) {
    if (node instanceof Map<?, ?> map) {
      return map;
    }
    throw new ConfigException(where + ": " + node + " (expected: a mapping of keys to values)");
  }

  private static String text(String section, Object key, @Nullable Object value) {
    if (value == null || value instanceof Map || value instanceof Collection) {
      throw new ConfigException(section + '.' + key + ": " + value + " (expected: one value)");
    }
    return value.toString();
  }

  private void variable(String name, String value) {
    if (!name.startsWith(PREFIX) || CLIENTS.contains(name)) {
      return;
    }
    for (Key key : keys.values()) {
      if (key.variable().equals(name)) {
        put(key.path(), value, name);
        return;
      }
    }
    throw unknown(name, keys.values().stream().map(Key::variable).toList(), "the environment");
  }

  private void put(String path, String text, String origin) {
    Key key = keys.get(path);
    if (key == null) {
      throw unknown(path, keys.keySet(), origin);
    }
    values.put(path, ConfigKeys.parse(key, text, origin));
    origins.put(path, origin);
  }

  private static ConfigException unknown(String name, Collection<String> known, String origin) {
    return new ConfigException(
        name + ": unknown key (expected: " + Nearest.to(name, known) + "?), from " + origin);
  }
}
