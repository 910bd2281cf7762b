// The framework has a class of this name too, and the Web SDK imports its namespace everywhere.
global using HostOptions = Paddlewheel.Host.Configuration.HostOptions;
